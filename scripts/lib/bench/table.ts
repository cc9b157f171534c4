/** One figure. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The most that is promised, where something is. */
  readonly promised?: number;
  readonly holds?: boolean;
}

export function note(name: string, value: number, unit: string): Row {
  return { name, value, unit };
}

export function atMost(name: string, value: number, promised: number, unit: string): Row {
  return { name, value, unit, promised, holds: value <= promised };
}

/** The figures for people, one a line. */
export function render(rows: readonly Row[]): string {
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}

function line({ name, value, unit, promised, holds }: Row): string {
  const figure = `${digits(value)} ${unit}`.padEnd(12);
  return `${name.padEnd(48)}${figure}${promised === undefined ? '' : `at most ${promised} ${unit}: ${holds ? 'holds' : 'does not hold'}`}`;
}

function digits(value: number): string {
  return Number.isInteger(value) || value >= 10 ? value.toFixed(0) : value.toFixed(2);
}
