/* Times of the server in the viewer's own zone; ages and a countdown between updates. */
import { all } from "./dom.js";

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const EXACT = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const DATE = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const WHOLE = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const DAY_S = 24 * 3600;
const AT_IN_UTC = /\d\d:\d\d UTC( on \d+ \w+)?(?!.*\d\d:\d\d UTC)/; // errands: '14:05 UTC on 20 Nov'

/** Write local times into every <time> that came in UTC. @param {ParentNode} [within] */
export function localise(within = document) {
  for (const time of all("time[data-clock]", within)) {
    const moment = momentOf(time);
    time.textContent = clockOf(moment, time.dataset.clock ? EXACT : TIME);
    time.title = WHOLE.format(moment);
    time.removeAttribute("data-clock");
  }
  for (const time of all("time[data-when]", within)) time.title = WHOLE.format(momentOf(time));
  goOn(within);
}

/** Let ages grow. @param {ParentNode} [within] */
export function goOn(within = document) {
  for (const time of all("time[data-when]", within)) {
    const text = since(momentOf(time), time.dataset.when);
    if (time.textContent !== text) time.textContent = text;
  }
}

/** How long ago, as the server words it (words.age). @param {Date} moment @param {string} [on] before a day */
export function since(moment, on = "") {
  const now = new Date();
  const seconds = (now.getTime() - moment.getTime()) / 1000;
  if (seconds < DAY_S) return `${about(seconds)} ago`;
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (moment.toDateString() === yesterday.toDateString()) return "yesterday";
  return on + (moment.getFullYear() === now.getFullYear() ? DAY : DATE).format(moment);
}

/** The viewer's time of day, with the day where that is another than today. @param {Date} moment @param {Intl.DateTimeFormat} [format] */
function clockOf(moment, format = TIME) {
  const isToday = moment.toDateString() === new Date().toDateString();
  return (isToday ? "" : `${DAY.format(moment)}, `) + format.format(moment);
}

/** The same of a moment as the server writes it. @param {string} moment */
export const timeOf = (moment) => clockOf(new Date(moment));

/** Put the viewer's time for the UTC in a refusal. @param {string} text @param {string} [until] the time it says */
export const saidHere = (text, until) => (until ? text.replace(AT_IN_UTC, timeOf(until)) : text);

/** @param {HTMLElement} time */
const momentOf = (time) => new Date(/** @type {HTMLTimeElement} */ (time).dateTime);

/** As the server words it (words.about). @param {number} seconds */
export function about(seconds) {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 100) return `${whole} s`;
  if (whole < 100 * 60) return `${Math.round(whole / 60)} min`;
  if (whole < 48 * 3600) return `${Math.round(whole / 3600)} h`;
  return `${Math.round(whole / 86400)} days`;
}

/** @type {WeakMap<HTMLElement, number>} element → when it ends, by this machine's clock */
const ends = new WeakMap();

/** Count the strip's [data-left] down. The server's seconds count from when they arrived. */
export function countDown() {
  for (const element of all("#run [data-left]")) {
    const end = ends.get(element) ?? performance.now() + Number(element.dataset.left) * 1000;
    ends.set(element, end);
    const text = `about ${about((end - performance.now()) / 1000)} left`;
    if (element.textContent !== text) element.textContent = text;
  }
}
