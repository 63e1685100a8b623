import type { RunOptions } from './request.ts';

export type Option = keyof RunOptions;

/** `batchLabel` → `--batch-label`. */
export function optionName(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

export function isGiven(value: RunOptions[Option]): boolean {
  return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}
