import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "happy-dom",
    environmentOptions: { happyDOM: { url: "https://yourapp.com/" } },
    include: ["tests/*.test.{ts,tsx}"],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
