import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { endianness, uptime } from "node:os";

// As SQLite's file format defines them: https://sqlite.org/fileformat2.html#walformat and https://sqlite.org/walformat.html
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** The last bit says in which order the words of a checksum are. */
const MAGIC = 0x377f_0682;
/** The index has its header twice, then how much of the log is in the database file already. */
const INDEX_COPY_BYTES = 48;
const INDEX_BYTES = 100;
const FRAMES_READ_AT_ONCE = 64;
/**
 * Another process may be writing, and may be stalled in the middle of it. What is still the same after all of these pauses
 * is damage.
 */
const PAUSES_MS = [1, 10, 40, 100] as const;
const MAX_LOOKS = 20;

/**
 * Whether transactions that were answered as done can no longer be read from the write-ahead log of the database
 * `file`. SQLite reads the log up to the first frame that is not sound and takes what follows for never written.
 * That is right for the end of a log, which a crash may leave half written; it is a loss where the index beside
 * the log counts more, or where a later frame ends a transaction.
 */
export function isLogDamaged(file: string): boolean {
  let seen = findDamage(file);
  let unchanged = 0;
  for (let look = 0; seen !== undefined && look < MAX_LOOKS; look++) {
    const pauseMs = PAUSES_MS[unchanged];
    if (pauseMs === undefined) return true;
    pause(pauseMs);
    const again = findDamage(file);
    unchanged = again === seen ? unchanged + 1 : 0;
    seen = again;
  }
  return false;
}

/** Blocks, because a database is opened synchronously. */
function pause(forMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs);
}

/** What tells the damage from what a log that is being written looks like for a moment; undefined when there is none. */
function findDamage(file: string): string | undefined {
  // First the index: what it counts must be in the log by now.
  const index = readIndex(`${file}-shm`);
  const log = readLog(`${file}-wal`);
  if (log === undefined) return undefined;
  if (log.salts === undefined) {
    const isLost = log.bytes > HEADER_BYTES || (index !== undefined && index.frames > index.copied);
    return isLost ? `header ${log.bytes}` : undefined;
  }
  const isLost = index?.salts === log.salts ? log.frames < index.frames : log.isCommittedBeyond;
  return isLost ? `${log.salts} ${log.frames} ${log.soundFrames}` : undefined;
}

interface Log {
  bytes: number;
  /** Two numbers that are others each time the log begins anew; undefined when the header is not sound. */
  salts: string | undefined;
  /** Frames up to the end of the last transaction that can be read. */
  frames: number;
  soundFrames: number;
  /** Whether a transaction ends after the first frame that is not sound. */
  isCommittedBeyond: boolean;
}

/** The log; undefined where there is none. */
function readLog(path: string): Log | undefined {
  return withFile(path, (descriptor) => {
    const log: Log = {
      bytes: fstatSync(descriptor).size,
      salts: undefined,
      frames: 0,
      soundFrames: 0,
      isCommittedBeyond: false,
    };
    const header = readAt(descriptor, HEADER_BYTES, 0);
    if (header.length < HEADER_BYTES) return log;
    const [magic, pageSize] = [header.readUInt32BE(0), header.readUInt32BE(8)];
    const isLittleEndian = magic === MAGIC;
    const checksum = new Checksum(isLittleEndian);
    checksum.add(header.subarray(0, 24));
    const isPageSize = pageSize >= 512 && pageSize <= 65_536 && (pageSize & (pageSize - 1)) === 0;
    if ((magic | 1) !== (MAGIC | 1) || !isPageSize || !checksum.is(header.subarray(24))) return log;
    log.salts = header.toString("hex", 16, 24);

    const frameBytes = FRAME_HEADER_BYTES + pageSize;
    let isSound = true;
    for (let number = 0; ; number += FRAMES_READ_AT_ONCE) {
      const frames = readAt(descriptor, frameBytes * FRAMES_READ_AT_ONCE, HEADER_BYTES + number * frameBytes);
      for (let at = 0; at + frameBytes <= frames.length; at += frameBytes) {
        const frame = frames.subarray(at, at + frameBytes);
        const isOfThisLog = frame.toString("hex", 8, 16) === log.salts;
        const isCommit = frame.readUInt32BE(4) !== 0;
        if (isSound) {
          checksum.add(frame.subarray(0, 8));
          checksum.add(frame.subarray(FRAME_HEADER_BYTES));
          isSound = isOfThisLog && checksum.is(frame.subarray(16));
          if (isSound) log.soundFrames++;
          if (isSound && isCommit) log.frames = log.soundFrames;
        } else if (isOfThisLog && isCommit) log.isCommittedBeyond = true;
      }
      if (frames.length < frameBytes * FRAMES_READ_AT_ONCE) break;
    }
    // Begun anew meanwhile: what was read is a mixture.
    return readAt(descriptor, HEADER_BYTES, 0).equals(header) ? log : undefined;
  });
}

interface Index {
  salts: string;
  /** Frames of transactions that were answered as done. */
  frames: number;
  /** How many of them are in the database file. */
  copied: number;
}

/**
 * What SQLite's processes share about the log. It survives them, but not the machine: written to the disk at any time,
 * after a power cut it may be ahead of the log.
 */
function readIndex(path: string): Index | undefined {
  return withFile(path, (descriptor) => {
    const bytes = readAt(descriptor, INDEX_BYTES, 0);
    const isOfThisBoot = fstatSync(descriptor).mtimeMs > Date.now() - uptime() * 1000;
    if (bytes.length < INDEX_BYTES || !isOfThisBoot) return undefined;
    const [copy, other] = [bytes.subarray(0, INDEX_COPY_BYTES), bytes.subarray(INDEX_COPY_BYTES)];
    if (copy[12] === 0 || !copy.equals(other.subarray(0, INDEX_COPY_BYTES))) return undefined;
    const numberAt = (at: number) =>
      endianness() === "LE" ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    return { salts: copy.toString("hex", 32, 40), frames: numberAt(16), copied: numberAt(96) };
  });
}

/** The running checksum of the log: two sums over pairs of words, each fed by the other. */
class Checksum {
  readonly #isLittleEndian: boolean;
  #first = 0;
  #second = 0;

  constructor(isLittleEndian: boolean) {
    this.#isLittleEndian = isLittleEndian;
  }

  add(bytes: Buffer): void {
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let [first, second] = [this.#first, this.#second];
    for (let at = 0; at < bytes.length; at += 8) {
      first = (first + words.getUint32(at, this.#isLittleEndian) + second) >>> 0;
      second = (second + words.getUint32(at + 4, this.#isLittleEndian) + first) >>> 0;
    }
    [this.#first, this.#second] = [first, second];
  }

  is(stored: Buffer): boolean {
    return stored.readUInt32BE(0) === this.#first && stored.readUInt32BE(4) === this.#second;
  }
}

function readAt(descriptor: number, length: number, position: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  return buffer.subarray(0, readSync(descriptor, buffer, 0, length, position));
}

function withFile<Result>(path: string, work: (descriptor: number) => Result): Result | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return work(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
