/** What a benchmark found, beside what the design allows. */
export interface Finding {
  readonly what: string;
  readonly reference: string;
  /** Of the work to the reference, in one run on one machine. */
  readonly ratio: number;
  readonly budget: Budget | null;
  readonly note?: string;
}

export interface Budget {
  readonly kind: 'at most' | 'at least';
  readonly ratio: number;
}

export function isWithin({ ratio, budget }: Finding): boolean {
  if (budget === null) return true;
  return budget.kind === 'at most' ? ratio <= budget.ratio : ratio >= budget.ratio;
}

const HEADER = ['what', 'reference', 'ratio', 'budget', ''] as const;

/** A table for people: one line a finding, its note below it. */
export function findingsTable(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => [finding.what, finding.reference, ...verdict(finding)]);
  const widths = HEADER.map((title, at) =>
    Math.max(...[title, ...rows.map((row) => row[at] ?? '')].map((text) => text.length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return [HEADER, ...rows]
    .flatMap((row, at) => {
      const note = findings[at - 1]?.note;
      return note === undefined ? [line(row)] : [line(row), `    ${note}`];
    })
    .join('\n');
}

function verdict(finding: Finding): [string, string, string] {
  const { ratio, budget } = finding;
  const told = `${ratio >= 100 ? ratio.toFixed(0) : ratio.toPrecision(3)}×`;
  if (budget === null) return [told, '-', ''];
  const sign = budget.kind === 'at most' ? '≤' : '≥';
  return [told, `${sign} ${budget.ratio}×`, isWithin(finding) ? 'ok' : 'over'];
}
