"""Signing in and out, another password, and the choice of a workspace."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.views.decorators.http import require_POST

from accounts import memberships, passwords
from searchjobs import live
from searchjobs.pages.doors import (
    SESSION_KEY,
    Visit,
    workspace_page,
)


class SignIn(LoginView):
    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        email = form.cleaned_data.get("username", "")
        context = self.get_context_data(
            form=form, is_over=passwords.are_tried_too_often(email)
        )
        return self.render_to_response(context)


class SignOut(LogoutView):
    def post(
        self, request: HttpRequest, *args: object, **kwargs: object
    ) -> HttpResponse:
        """End the session, and with it the sockets of its other tabs."""
        user_id = request.user.pk
        response = super().post(request, *args, **kwargs)
        live.look_again(user_id)
        return response


class ChangePassword(PasswordChangeView):
    template_name = "accounts/password.html"
    form_class = passwords.NewPasswordForm
    success_url = reverse_lazy("settings")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Keep this session alone, and end the sockets of all others."""
        response = super().form_valid(form)
        live.look_again(self.request.user.pk)
        messages.success(
            self.request,
            "Your password is changed. You are signed out everywhere else; your API "
            "tokens go on.",
        )
        return response


# --- the workspace --------------------------------------------------------------------


@require_POST
@workspace_page
def choose_workspace(request: HttpRequest, visit: Visit) -> HttpResponse:
    chosen = memberships.resolve(visit.user, request.POST.get("workspace") or "-")
    request.session[SESSION_KEY] = str(chosen.workspace_id)
    return redirect("searches")
