/** A job has reached this version, or is gone. */
export interface JobNotice {
  readonly jobId: string;
  /** {@link goneVersion} when the job was deleted. */
  readonly version: number;
  /** The job's type, when it wants a worker: it stands in the queue, now or for later. */
  readonly wanted?: string | undefined;
}

/** Above every version that a job can have: the job was deleted. */
export const goneVersion = Number.MAX_SAFE_INTEGER;

/** Whoever waits for a notice looks by itself after this time, in case one was lost. */
export const maxPollMs = 2_000;

export interface ChangeListener {
  /** A job changed, here or on another instance. May come late, twice, or out of order. */
  onChange(notice: JobNotice): void;
  /** Notices may have been missed: whatever was remembered may be old. */
  onGap(): void;
}

/** How well a feed hears, for an operator to see. */
export interface ChangeFeedStatus {
  /**
   * - `local`: this process has its store to itself, and nobody else to hear.
   * - `live`: what other instances announce arrives.
   * - `down`: it may not. Jobs are read from the database, and those who wait look for themselves.
   */
  readonly state: "local" | "live" | "down";
  /** When the state began, by this process's clock. */
  readonly since: Date;
  /** How long a notification of its own took through the database and back when it was last tried. Null before the first one. */
  readonly lagMs: number | null;
  /** How often it went down since the process started; each time notices may have been missed. */
  readonly gaps: number;
}

/**
 * Who changed, and to what version: ages the cache and wakes those who wait.
 *
 * A notice is a hint. The rows come first; whoever needs the truth reads the database.
 */
export interface ChangeFeed {
  /** Whether notices of all instances arrive. While false, nothing may be served from memory. */
  readonly isLive: boolean;
  readonly status: ChangeFeedStatus;
  /** Says that a commit has happened. Local listeners hear it before this returns. */
  announce(notice: JobNotice): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: ChangeListener): () => void;
  /** Safe to call twice. */
  close(): Promise<void>;
}
