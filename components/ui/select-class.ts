/** The look of a browser's own select in a form. */
export const selectClass = 'h-8 w-full rounded-md border border-line-strong bg-surface px-2 text-sm';
