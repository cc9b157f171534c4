import type { LogLine, Reader, Sink } from '../failure.js';

interface Column {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const names = ['ResourceStatus', 'ResourceType', 'LogicalResourceId', 'ResourceStatusReason'] as const;
const header = /^ResourceStatus +ResourceType +LogicalResourceId +ResourceStatusReason$/;

/** The table of events that `sam deploy` prints; its cells are wrapped to the width of the terminal. */
export class SamTable implements Reader {
  private columns: readonly Column[] = [];
  private cells: string[] = [];
  private at = 0;

  constructor(private readonly found: Sink) {}

  get isOpen(): boolean {
    return this.columns.length > 0;
  }

  take({ text, number }: LogLine): boolean {
    if (header.test(text.trim())) {
      this.flush();
      const starts = names.map((name) => text.search(new RegExp(String.raw`\b${name}\b`)));
      this.columns = names.map((name, index) => ({
        name,
        start: starts[index] ?? 0,
        end: starts[index + 1] ?? Number.POSITIVE_INFINITY,
      }));
      return true;
    }
    if (!this.isOpen) return false;
    if (/^-{20,}$/.test(text)) {
      this.flush();
      return true;
    }
    return this.row(text, number);
  }

  end(): void {
    this.flush();
    this.columns = [];
  }

  private row(text: string, number: number): boolean {
    const cells = this.columns.map(({ start, end }) => text.slice(start, end).trimEnd());
    const [status = '', type = ''] = cells;
    if (/^[A-Z]+(?:_[A-Z]+)+$/.test(status) && type !== '') {
      this.flush();
      this.cells = cells;
      this.at = number;
      return true;
    }
    // What stands below a cell goes on with it; anything else ends the table.
    if (this.cells.length === 0 || (!/^\s/.test(text) && !this.isWrapped(status))) {
      this.end();
      return false;
    }
    this.cells = this.cells.map((cell, index) => this.joined(cell, cells[index] ?? '', this.columns[index]));
    return true;
  }

  private isWrapped(status: string): boolean {
    return /^[A-Z_]{1,40}$/.test(status);
  }

  /** A word that fills its cell goes on in the next line without a space. */
  private joined(cell: string, more: string, column: Column | undefined): string {
    if (more === '') return cell;
    const last = cell.slice(cell.lastIndexOf(' ') + 1);
    const width = column && Number.isFinite(column.end) ? column.end - column.start : 0;
    return width > 0 && last.length >= width - 3 ? cell + more : `${cell} ${more}`;
  }

  private flush(): void {
    const [status = '', type = '', name = '', reason = ''] = this.cells;
    this.cells = [];
    if (!status.endsWith('_FAILED') || reason === '' || reason === '-') return;
    this.found({ reason, resource: { name, type }, status, format: 'sam-deploy', line: this.at });
  }
}
