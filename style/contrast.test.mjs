// Whether what the tokens say can be read: 4.5:1 for text, 3:1 for marks and edges, in both themes.
// Run with `node --test style/`.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
const grounds = ['surface', 'raised', 'tint'];
const text = ['ink', 'ink-quiet', 'accent', 'accent-strong', 'good', 'fair', 'poor', 'warn'];
const pairs = [
  ...grounds.flatMap((ground) => text.map((ink) => [ink, ground, 4.5])),
  ...grounds.map((ground) => ['edge', ground, 3]),
  ...['ink', 'ink-quiet', 'accent', 'accent-strong'].map((ink) => [ink, 'accent-tint', 4.5]),
  ...['good-tint', 'poor-tint', 'highlight'].map((ground) => ['ink', ground, 4.5]),
  ...['accent', 'accent-strong'].map((ground) => ['on-accent', ground, 4.5]),
];

for (const [place, theme] of ['light', 'dark'].entries()) {
  test(`${theme} can be read`, (context) => {
    for (const [ink, ground, least] of pairs) {
      const [one, other] = [luminance(ink, place), luminance(ground, place)];
      const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      context.diagnostic(`${ink} on ${ground}: ${ratio.toFixed(1)}`);
      assert.ok(ratio >= least, `${ink} on ${ground}: ${ratio.toFixed(2)}, and ${least} is the least`);
    }
  });
}

/** Relative luminance (WCAG 2.2) of a token; `place` is 0 in the light, 1 in the dark. */
function luminance(token, place) {
  const values = css.match(new RegExp(`--${token}: light-dark\\((.*)\\);`))[1];
  const [lightness, chroma, hue] = values.match(/oklch\([^)]*\)/g)[place].match(/[\d.]+/g).map(Number);
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const within = (channel) => Math.min(1, Math.max(0, channel));
  const red = within(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = within(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = within(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
