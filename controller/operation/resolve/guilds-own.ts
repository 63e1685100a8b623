import { UserError } from '#protocol';

const OPTIMIZERS = /^(?:\+|random|(?:skopt:)?(?:gp|forest|gbrt)|bayesian|gaussian)$/;

/** Operations that Guild brings along and that are none here, each with what takes its place; null for any other name. */
export function guildsOwn(opspec: string): UserError | null {
  if (opspec === 'queue' || /^dask(?::|$)/.test(opspec))
    return new UserError({
      code: 'no-queue-operation',
      message: `there is no operation '${opspec}': each host queues its runs, and starts one when a device is free`,
      hint: 'Use --background here or --no-wait on a remote, and start runs of --stage or --stage-trials with: sortie run --start RUN',
    });
  if (OPTIMIZERS.test(opspec))
    return new UserError({
      code: 'optimizer-alone',
      message: `'${opspec}' generates trials of another operation`,
      hint: `Run that operation with: --optimizer ${opspec}`,
    });
  const [, stage] = /^dvc\.yaml:(.+)$/.exec(opspec) ?? [];
  if (stage === undefined) return null;
  return new UserError({
    code: 'dvc-stage',
    message: `cannot run '${opspec}': stages of DVC are not run here`,
    hint: `Run it with 'dvc repro ${stage}', or give guild.yml an operation with the stage's command as its exec.`,
  });
}
