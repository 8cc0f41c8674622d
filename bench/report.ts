/** One line of the result: what was reached, the limit of the same machine in the same run, and the floor of the design. */
export interface Figure {
  readonly bench: string;
  readonly what: string;
  readonly contacts: number | null;
  readonly value: number;
  readonly unit: 'ms' | '/s' | 's' | 'MiB' | '×';
  readonly more?: string;
  readonly limit?: { readonly what: string; readonly value: number };
  /** Share of the limit that was reached. */
  readonly ratio?: number;
  readonly floor?: { readonly text: string; readonly reached: boolean };
}

export interface Report {
  readonly at: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number };
  readonly node: string;
  readonly postgres: string;
  readonly commit: string;
  readonly figures: readonly Figure[];
}

export function writeTable({ figures, machine, node, postgres }: Report): string {
  const lines = [
    ['bench', 'what', 'contacts', 'measured', '', 'limit beside it', 'ratio', 'at least', ''],
    ...figures.map((figure) => [
      figure.bench,
      figure.what,
      figure.contacts === null ? '' : numberText(figure.contacts),
      `${numberText(figure.value)} ${figure.unit}`,
      figure.more ?? '',
      figure.limit ? `${numberText(figure.limit.value)} ${figure.unit} ${figure.limit.what}` : '',
      figure.ratio === undefined ? '' : figure.ratio.toFixed(2),
      figure.floor?.text ?? '',
      figure.floor ? (figure.floor.reached ? 'reached' : 'BELOW') : '',
    ]),
  ];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  const table = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB; Node ${node}, PostgreSQL ${postgres}\n\n${table.join('\n')}\n`;
}

function numberText(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en').replaceAll(',', ' ');
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(3);
}
