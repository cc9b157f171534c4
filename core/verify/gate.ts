import type { Finding, GateId } from '../engine/types.js';
import type { Path } from '../template/node.js';
import type { Document } from '../engine/document.js';
import type { TextEdit } from '../text/edit.js';

/** One step from a text to the next, by edits. */
export interface EditedText {
  readonly before: Document;
  readonly edits: readonly TextEdit[];
  /** What the fixes said they would change. */
  readonly touches: readonly Path[];
  readonly after: Document;
}

export interface GateFailure {
  readonly gate: GateId;
  /** Completes "held back, because ...". */
  readonly because: string;
}

/** A gate over one edited text. Returns the failure, or undefined when the text may pass. */
export type TextGate = (edited: EditedText) => GateFailure | undefined;

/** A finding that makes a gate fail. */
export interface FindingFailure extends GateFailure {
  readonly finding: Finding;
}
