import { expect, test } from '@/scripts/e2e/fixtures';

test('from a noisy rule to an exclusion: suggested, proposed, reviewed with its effect', async ({
  page,
  signIn,
  api,
  expectAccessible,
}, info) => {
  const analyst = await api('analyst');
  const rule = `Group.Opened.${Date.now().toString(36)}`;
  const documents = ['benign', 'benign', 'false_positive', 'true_positive'].map((disposition, index) => ({
    id: `${rule}-${index}`,
    title: `Group ${index} opened by the pipeline`,
    rule,
    severity: 'medium',
    time: new Date().toISOString(),
    eventSource: 'ec2.amazonaws.com',
    eventName: 'AuthorizeSecurityGroupIngress',
    sourceIPAddress: '198.51.100.7',
    userIdentity: { type: 'IAMUser', userName: disposition === 'true_positive' ? 'eva' : 'pipeline' },
    requestParameters: { ipPermissions: { items: [{ ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }] } },
    disposition,
  }));
  for (const { disposition, ...document } of documents) {
    const posted = await analyst.post('/api/webhooks/generic', { data: document });
    const { ids } = await posted.json();
    const data = { ids, patch: { status: 'closed', disposition, reason: 'Known.' } };
    expect((await analyst.post('/api/alerts/bulk', { data })).status()).toBe(200);
  }
  await signIn(page, 'lead');
  await page.goto('/dashboard');
  const row = page.getByTestId('dashboard-rules').getByRole('row', { name: rule });
  await row.getByRole('link', { name: 'Suggest an exclusion' }).click();
  await expect(page.getByRole('heading', { name: 'Suggested exclusion' })).toBeVisible();
  await expect(page.getByText('userIdentity.userName').first()).toBeVisible();
  const effect = page.getByRole('table', { name: 'Effect by disposition' });
  await expect(effect.getByRole('row', { name: /^True positive 1 0 1/ })).toBeVisible();
  await expect(effect.getByRole('row', { name: /^Benign 2 2 0/ })).toBeVisible();
  await expectAccessible(page);
  await info.attach('suggested', { body: await page.screenshot({ fullPage: true }), contentType: 'image/png' });
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.getByRole('button', { name: 'Propose change' }).click();
  await page.waitForURL(/\/settings\/method\/changes\//);

  await signIn(page, 'reviewer');
  await page.reload();
  await expect(page.getByText('3 of 4 alerts would have been silenced.')).toBeVisible();
  await page.getByText('Silenced alerts').first().click();
  await expect(page.getByRole('link', { name: /opened by the pipeline/ }).first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByText(/^Proposed by .* Approved by /)).toBeVisible();
});

test('a rule without enough closures leads on to the method', async ({ page, signIn }) => {
  await signIn(page, 'lead');
  await page.goto('/settings/method/exclusion?rule=Nobody.Closed.This');
  await expect(page.getByRole('heading', { name: 'No exclusion to suggest' })).toBeVisible();
  await page.getByRole('link', { name: 'Settings → Method' }).click();
  await expect(page).toHaveURL(/\/settings\/method$/);
});
