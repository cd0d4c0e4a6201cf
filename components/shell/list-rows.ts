/** What the link of a row carries, so that `j` and `k` find it (list-keys). */
export const LIST_ROW = { 'data-list-row': '' };
