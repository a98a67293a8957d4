/* One search, live. Each frame holds the whole state and its revision, so only the newest
 * matters. */
import { WorkspaceSocket } from "./socket.js";

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
  /** @param {string} jobId @param {number} revision @param {Listener} listener */
  constructor(jobId, revision, listener) {
    this.revision = revision;
    this.listener = listener;
    this.socket = new WorkspaceSocket(
      {
        onFrame: (frame) => this.hear(frame),
        onPoll: () => {
          listener.onPoll();
          listener.onDecided();
        },
        onConnection: (isConnected) => {
          if (!isConnected) listener.onPresence([]); // who knows who is here now
          listener.onConnection(isConnected);
        },
      },
      `?looking_at=${jobId}`,
    );
  }

  /** @param {Record<string, any>} frame */
  hear(frame) {
    if (frame.type === "search_job.snapshot") {
      this.listener.onPresence([]); // another socket: it tells anew
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
}
