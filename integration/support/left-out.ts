import type { Reporter, TestModule } from 'vitest/node';

/** Ends a round with the tests that were left out, by what they lacked: a count alone would hide what was not tried. */
export const leftOut: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    const byReason = Map.groupBy(
      modules.flatMap((module) => [...module.children.allTests('skipped')]),
      (each) => reasonOf(each.result()),
    );
    for (const [reason, tests] of byReason) {
      process.stdout.write(`\nleft out (${reason}):\n`);
      for (const each of tests) process.stdout.write(`  ${each.module.relativeModuleId}: ${each.fullName}\n`);
    }
  },
};

function reasonOf(result: { readonly state: string; readonly note?: string | undefined }): string {
  return result.note ?? 'no reason given';
}
