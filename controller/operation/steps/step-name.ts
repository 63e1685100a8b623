import type { ModelInfo } from '../operation-def.ts';

/** A step that names one of the pipeline's model's operations means that one. */
export function ofModel(
  opspec: string,
  { name, operations }: Pick<ModelInfo, 'name' | 'operations'>,
): string {
  return name !== '' && operations.includes(opspec) ? `${name}:${opspec}` : opspec;
}

/** `model:op` and `pkg/op` are linked by the operation's name, a script by its file's. */
export function stepName(opspec: string): string {
  return opspec.slice(Math.max(opspec.lastIndexOf(':'), opspec.lastIndexOf('/')) + 1);
}
