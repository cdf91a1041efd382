// Loggia's pages as people meet them: the real program in a real Chromium.
//
// `cargo xtask test` calls this with the release program; by hand, `LOGGIA_BIN=… npx playwright test`.
// What runs with scripts on and off is told apart by folders, since a skipped test counts as failed:
// both/ runs with scripts on and with scripts off, on/ and off/ only so, looks/ over every page in light,
// in dark and on a phone, phone/ only there.
import { defineConfig } from '@playwright/test';

const desktop = { width: 1280, height: 800 };

export default defineConfig({
  testDir: 'tests',
  outputDir: 'out/results',
  timeout: 90_000,
  expect: { timeout: 15_000 },
  retries: 0,
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  reporter: 'list',
  use: {
    browserName: 'chromium',
    headless: true,
    viewport: desktop,
    locale: 'en-GB',
    timezoneId: 'America/Asuncion',
    actionTimeout: 8_000,
    navigationTimeout: 15_000,
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.LOGGIA_CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    },
  },
  projects: [
    { name: 'scripts-on', testMatch: ['both/**/*.spec.ts', 'on/**/*.spec.ts'] },
    {
      name: 'scripts-off',
      testMatch: ['both/**/*.spec.ts', 'off/**/*.spec.ts'],
      use: { javaScriptEnabled: false },
    },
    // Still: an element that fades in has a colour of its own for a moment.
    { name: 'light', testMatch: 'looks/**/*.spec.ts', use: { contextOptions: { reducedMotion: 'reduce' } } },
    {
      name: 'dark',
      testMatch: 'looks/**/*.spec.ts',
      use: { colorScheme: 'dark', contextOptions: { reducedMotion: 'reduce' } },
    },
    {
      name: 'phone',
      testMatch: ['looks/**/*.spec.ts', 'phone/**/*.spec.ts'],
      use: {
        viewport: { width: 360, height: 740 },
        hasTouch: true,
        isMobile: true,
        deviceScaleFactor: 2,
        contextOptions: { reducedMotion: 'reduce' },
      },
    },
  ],
});
