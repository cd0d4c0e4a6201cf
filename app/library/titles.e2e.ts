import { approve, complete, openCase, submit, writeDraft } from '@/scripts/e2e/case';
import { expect, test } from '@/scripts/e2e/fixtures';

// A title that reads otherwise than it is: the override turns "gpj.exe" around, the joiner makes two names look like one.
const HOSTILE = 'invoice\u202Egpj.exe of ad\u200Dmin';

test('characters that mislead are shown by name in every list that has a title', async ({ page, signIn, api }) => {
  const analyst = await api('analyst');
  const { id, title } = await openCase(analyst, HOSTILE);
  // What is opened from an alert is cleaned; a person, or a model, may write it back.
  await writeDraft(analyst, id, (text) =>
    complete(text).replace(/^title: .*$/m, `title: ${JSON.stringify(`${HOSTILE} ${id}`)}`),
  );
  const expectMarked = async (place: ReturnType<typeof page.locator>) => {
    await expect(place.getByTitle('bidi: U+202E').first()).toBeVisible();
    await expect(place.getByTitle(/U\+200D$/).first()).toBeVisible();
  };

  await signIn(page, 'reviewer');
  await page.goto(`/queue?status=open,closed&q=${encodeURIComponent(title.split(' ').at(-1) ?? '')}`);
  await expectMarked(
    page
      .locator('main')
      .getByRole('link', { name: /invoice/ })
      .or(page.getByRole('row', { name: /invoice/ }))
      .first(),
  );

  // On a phone the preview is a sheet with the alert's title above it.
  await page.setViewportSize({ width: 390, height: 844 });
  await page
    .getByRole('row', { name: /invoice/ })
    .getByRole('link')
    .first()
    .click();
  await expectMarked(page.getByRole('dialog').getByRole('heading').first());
  await page.setViewportSize({ width: 1440, height: 900 });

  const review = await submit(analyst, id);
  await page.goto('/reviews');
  await expectMarked(page.locator(`a[href="/reviews/${review.id}"]`));
  await page.goto(`/reviews/${review.id}`);
  await expectMarked(page.getByRole('heading', { level: 1 }));
  await approve(await api('reviewer'), review);

  await page.goto(`/library?q=invoice`);
  await expectMarked(page.locator(`a[href="/library/${id}"]`));
  await page.locator(`a[href="/library/${id}"]`).click();
  await expectMarked(page.getByRole('heading', { level: 1 }).first());
});
