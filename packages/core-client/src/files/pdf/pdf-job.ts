import type { PageRange } from "./page-ranges.ts";

/** What the thread is to do with a PDF. */
export interface PdfJob {
  bytes: Uint8Array;
  /** Absent: all. */
  pages: readonly PageRange[] | undefined;
  /** More pages are refused. */
  maxPages: number;
  /** Absent: the text of the pages is read; else they are drawn, so many of them at most. */
  draw?: { maxPages: number };
}

/** Why a PDF is not read. */
export type PdfFault =
  | "library missing"
  | "canvas missing"
  | "encrypted"
  | "broken"
  | "no such page"
  | "too many pages";

/** What the thread tells: first how many pages there are and which of them are wanted, then each of those. */
export type PdfMessage =
  | { type: "opened"; pageCount: number; wanted: number[]; cannotDraw?: string | undefined }
  | { type: "text"; page: number; text: string; lacksLetters: boolean }
  | { type: "drawing"; page: number; png: Uint8Array; remarks: string[] }
  | { type: "blank"; page: number }
  | { type: "unreadable"; page: number; why: string }
  | { type: "failed"; fault: PdfFault; why: string };
