import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { Textarea } from './field';

const html = (value: string) => renderToStaticMarkup(<Textarea value={value} maxLength={1000} readOnly />);

it('a text field that is full says so, since a browser cuts what is pasted beyond that', () => {
  expect(html('a'.repeat(999))).not.toContain('status');
  expect(html('a'.repeat(1000))).toMatch(/role="status".*1,000 characters at most/);
});
