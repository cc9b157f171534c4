import colors from 'picocolors';

/** How parts of a report are set off. Without colour every function returns its text. */
export interface Style {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly unsure: (text: string) => string;
  readonly good: (text: string) => string;
  readonly place: (text: string) => string;
}

/** The style of a terminal, or of plain text. */
export function styleFor(color: boolean): Style {
  const { bold, dim, red, yellow, green, cyan } = colors.createColors(color);
  return { strong: bold, faint: dim, bad: red, unsure: yellow, good: green, place: cyan };
}

export const plain: Style = styleFor(false);
