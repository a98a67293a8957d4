/* One search, live: the websocket while it lasts, HTTP when it is silent.
 *
 * Each frame holds the whole state and its revision, so only the newest matters. A ping
 * comes each 10 s; after 20 s without a word the page polls, until the socket is back. */

const SILENT_AFTER_MS = 20_000;
const POLL_EACH_MS = 5_000;
const LOOK_EACH_MS = 1_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;
const NOT_SIGNED_IN = 4401;
const NOT_FOUND = 4404;

/**
 * @typedef {object} Frame
 * @property {"search_job.snapshot" | "search_job.updated" | "ping"} type
 * @property {number} [revision]
 * @property {Record<string, any>} [new]
 * @property {string} [text]
 */

/**
 * @typedef {object} Listener
 * @property {(frame: Frame) => void} onState a newer state than was known
 * @property {() => void} onPoll time to ask by HTTP
 * @property {(isConnected: boolean) => void} onConnection
 */

export class Live {
  /** @param {string} jobId @param {number} revision @param {Listener} listener */
  constructor(jobId, revision, listener) {
    this.jobId = jobId;
    this.revision = revision;
    this.listener = listener;
    this.heardAt = Date.now();
    this.polledAt = 0;
    this.failures = 0;
    this.connect();
    setInterval(() => this.look(), LOOK_EACH_MS);
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(
      `${scheme}://${location.host}/ws/search-jobs/${this.jobId}?since=${this.revision}`,
    );
    socket.addEventListener("message", (event) => this.hear(JSON.parse(event.data)));
    socket.addEventListener("close", (event) => this.onClose(event.code));
  }

  /** @param {Frame} frame */
  hear(frame) {
    this.heardAt = Date.now();
    if (this.failures || this.isPolling) this.listener.onConnection(true);
    this.failures = 0;
    this.isPolling = false;
    const revision = frame.revision ?? 0;
    if (frame.type === "ping") {
      if (revision > this.revision) this.listener.onPoll();
    } else if (revision > this.revision || frame.type === "search_job.snapshot") {
      this.revision = Math.max(this.revision, revision);
      this.listener.onState(frame);
    }
  }

  /** @param {number} code */
  onClose(code) {
    if (code === NOT_SIGNED_IN) return location.reload(); // leads to the sign-in
    if (code === NOT_FOUND) return;
    this.failures += 1;
    if (this.failures > 1) this.listener.onConnection(false);
    const delay = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.failures - 1));
    setTimeout(() => this.connect(), delay * (0.75 + Math.random() / 2));
  }

  look() {
    const now = Date.now();
    if (now - this.heardAt < SILENT_AFTER_MS) return;
    if (!this.isPolling) this.listener.onConnection(false);
    this.isPolling = true;
    if (now - this.polledAt < POLL_EACH_MS) return;
    this.polledAt = now;
    this.listener.onPoll();
  }
}
