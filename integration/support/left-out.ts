import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Ends a round with the tests that were left out for want of something, by what it is: a count alone would hide what was not tried. */
export const leftOut: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
    for (const [reason, tests] of Map.groupBy(skipped, reasonOf)) {
      if (reason === undefined) continue;
      process.stdout.write(`\nleft out (${reason}):\n`);
      for (const each of tests) process.stdout.write(`  ${each.module.relativeModuleId}: ${each.fullName}\n`);
    }
  },
};

/** None where whoever runs the tests asked for others by name. */
function reasonOf(test: TestCase): string | undefined {
  const result = test.result();
  return result.state === 'skipped' ? result.note : undefined;
}
