/* The workspace's socket while it lasts, HTTP when it is silent.
 *
 * A ping comes each 10 s; after 20 s without a word the page polls, until a socket is
 * back: the old one may be dead without knowing it (a laptop was closed), so another is
 * opened. What was missed meanwhile is in the snapshot that each begins with. */

const SILENT_AFTER_MS = 20_000;
const POLL_EACH_MS = 5_000;
const LOOK_EACH_MS = 1_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;
const NOT_SIGNED_IN = 4401;
const NOT_FOUND = 4404;

/**
 * @typedef {object} Listener
 * @property {(frame: Record<string, any>) => void} onFrame
 * @property {() => void} onPoll time to ask by HTTP
 * @property {(isConnected: boolean) => void} [onConnection]
 */

export class WorkspaceSocket {
  /** @param {Listener} listener @param {string} [query] */
  constructor(listener, query = "") {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const workspace = document.body.dataset.workspace;
    this.address = `${scheme}://${location.host}/ws/workspaces/${workspace}/search-jobs${query}`;
    this.listener = listener;
    this.heardAt = Date.now();
    this.polledAt = 0;
    this.failures = 0;
    this.isPolling = false;
    this.wasHeard = false;
    this.isOffline = false;
    this.connect();
    setInterval(() => this.look(), LOOK_EACH_MS);
    addEventListener("online", () => this.reconnect());
    addEventListener("offline", () => {
      this.isOffline = true;
      this.listener.onConnection?.(false);
    });
  }

  connect() {
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.addEventListener("message", (event) => {
      if (socket === this.socket) this.hear(JSON.parse(event.data));
    });
    socket.addEventListener("close", (event) => {
      if (socket === this.socket) this.onClose(event.code);
    });
  }

  /** Leave a socket that may be dead for another. */
  reconnect() {
    clearTimeout(this.retry);
    this.socket?.close();
    this.connect();
  }

  /** @param {Record<string, any>} frame */
  hear(frame) {
    this.heardAt = Date.now();
    this.wasHeard = true;
    if (this.failures || this.isPolling || this.isOffline) {
      this.listener.onConnection?.(true);
      this.listener.onPoll();
    }
    this.failures = 0;
    this.isPolling = this.isOffline = false;
    this.listener.onFrame(frame);
  }

  /** @param {number} code */
  onClose(code) {
    // signed out, or removed from the workspace: what one may still see, the server says
    if (code === NOT_SIGNED_IN || (code === NOT_FOUND && this.wasHeard)) return location.reload();
    if (code === NOT_FOUND) return;
    this.failures += 1;
    if (this.failures > 1) this.listener.onConnection?.(false);
    const delay = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.failures - 1));
    this.retry = setTimeout(() => this.connect(), delay * (0.75 + Math.random() / 2));
  }

  look() {
    const now = Date.now();
    if (now - this.heardAt < SILENT_AFTER_MS) return;
    if (!this.isPolling) {
      this.listener.onConnection?.(false);
      if (this.socket?.readyState === WebSocket.OPEN) this.reconnect();
    }
    this.isPolling = true;
    if (now - this.polledAt < POLL_EACH_MS) return;
    this.polledAt = now;
    this.listener.onPoll();
  }
}
