/* One search, live: its workspace's socket while it lasts, HTTP when it is silent.
 *
 * Each frame holds the whole state and its revision, so only the newest matters. A ping
 * comes each 10 s; after 20 s without a word the page polls, until a socket is back: the
 * old one may be dead without knowing it (a laptop was closed), so another is opened. */

const SILENT_AFTER_MS = 20_000;
const POLL_EACH_MS = 5_000;
const LOOK_EACH_MS = 1_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;
const NOT_SIGNED_IN = 4401;
const NOT_FOUND = 4404;

/**
 * @typedef {object} State
 * @property {number} revision
 * @property {Record<string, any>} new
 * @property {string} text
 */

/**
 * @typedef {object} Listener
 * @property {(state: State) => void} onState a newer state than was known
 * @property {(undoId?: string) => void} onDecided by that action; without one, by any meanwhile
 * @property {(userId: string) => void} onMarked somebody changed tags, lists or notes
 * @property {(people: {id: string, name: string}[]) => void} onPresence who else is here
 * @property {() => void} onPoll time to ask by HTTP
 * @property {(isConnected: boolean) => void} onConnection
 */

export class Live {
  /** @param {string} workspaceId @param {string} jobId @param {number} revision @param {Listener} listener */
  constructor(workspaceId, jobId, revision, listener) {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.address = `${scheme}://${location.host}/ws/workspaces/${workspaceId}/search-jobs?looking_at=${jobId}`;
    this.revision = revision;
    this.listener = listener;
    this.heardAt = Date.now();
    this.polledAt = 0;
    this.failures = 0;
    this.isPolling = false;
    this.connect();
    setInterval(() => this.look(), LOOK_EACH_MS);
    addEventListener("online", () => this.reconnect());
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
    if (this.failures || this.isPolling) {
      this.listener.onConnection(true);
      this.listener.onPoll();
    }
    this.failures = 0;
    this.isPolling = false;
    if (frame.type === "search_job.snapshot") {
      for (const job of frame.jobs) this.onState(job);
      this.listener.onDecided();
    } else if (frame.type === "search_job.updated") this.onState(/** @type {State} */ (frame));
    else if (frame.type === "prospects.decided") this.listener.onDecided(frame.undo_id);
    else if (frame.type === "prospects.marked") this.listener.onMarked(frame.by.id);
    else if (frame.type === "presence") this.listener.onPresence(frame.people);
    else if (frame.type === "account.updated") this.listener.onPoll();
  }

  /** @param {State} state */
  onState(state) {
    if (state.revision <= this.revision) return;
    this.revision = state.revision;
    this.listener.onState(state);
  }

  /** @param {number} code */
  onClose(code) {
    if (code === NOT_SIGNED_IN) return location.reload(); // leads to the sign-in
    if (code === NOT_FOUND) return;
    this.failures += 1;
    this.listener.onPresence([]);
    if (this.failures > 1) this.listener.onConnection(false);
    const delay = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.failures - 1));
    this.retry = setTimeout(() => this.connect(), delay * (0.75 + Math.random() / 2));
  }

  look() {
    const now = Date.now();
    if (now - this.heardAt < SILENT_AFTER_MS) return;
    if (!this.isPolling) {
      this.listener.onConnection(false);
      if (this.socket?.readyState === WebSocket.OPEN) this.reconnect();
    }
    this.isPolling = true;
    if (now - this.polledAt < POLL_EACH_MS) return;
    this.polledAt = now;
    this.listener.onPoll();
    this.listener.onDecided();
  }
}
