import type { Path, TemplateNode } from '../../core/template/node.js';
import type { Resource } from '../../core/template/template.js';
import type { Span } from '../../core/text/span.js';
import type { TextEdit } from '../../core/text/edit.js';
import type { CodeLanguage } from './code-comments.js';

/** Code of a function that stands in the template or program itself. */
export interface InlineCode {
  readonly fn: Resource;
  readonly node: TemplateNode;
  readonly language: CodeLanguage;
  readonly text: string;
  /** Where a range of the text is written; undefined when it is spread over several strings or lines. */
  placeOf(range: Span): CodePlace | undefined;
}

/** A range of inline code as it is written. */
export interface CodePlace {
  readonly node: TemplateNode;
  /** In the file that the node is read from; absent where another file holds the text. */
  readonly span?: Span;
  /** What changes its meaning with the text. */
  readonly touches: readonly Path[];
  /** Puts other text in the place of the range. */
  replace(text: string): readonly TextEdit[];
}
