/** Numbers in [0, 1) that are the same for a seed wherever it is run: mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Runs a test whose places are random, each time other ones: a failure names the seed, and SORTIE_TEST_SEED runs that one again.
 */
export async function seeded(test: (random: () => number) => Promise<void>): Promise<void> {
  const seed = Number(process.env['SORTIE_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  try {
    await test(randomOf(seed));
  } catch (error) {
    throw new Error(`With SORTIE_TEST_SEED=${seed}: ${(error as Error).message}`, { cause: error });
  }
}
