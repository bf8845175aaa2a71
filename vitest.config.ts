import { defineConfig } from 'vitest/config';

// Tests run what ships: the tsc output, through the package's own name.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores: tests that start threads of their own must not be crowded by each other.
    fileParallelism: false,
  },
});
