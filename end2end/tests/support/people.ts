// The people of the demo, one for each role.
import { expect, type Page } from '@playwright/test';

export const people = [
  'ana.benitez',
  'carlos.gimenez',
  'lucia.ayala',
  'joaquin.villalba',
  'valeria.ortiz',
  'noelia.franco',
];

/** Comes in as one of them, by a click. */
export async function signIn(page: Page, name: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByRole('button', { name }).click();
  await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name })).toBeVisible();
}
