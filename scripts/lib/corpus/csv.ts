import type { FindingRecord } from './types.js';

const columns = [
  'file',
  'line',
  'column',
  'rule',
  'messageId',
  'certainty',
  'safety',
  'outcome',
  'code',
  'together',
  'says',
  'message',
] as const satisfies readonly (keyof FindingRecord)[];

export const csvHeader = `${columns.join(',')}\n`;

/** One finding for a spreadsheet. */
export function csvLine(finding: FindingRecord): string {
  return `${columns.map((column) => cell(finding[column])).join(',')}\n`;
}

function cell(value: string | number | boolean | undefined): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
