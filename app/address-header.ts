/** The request header in which proxy.ts tells a page its own path and query. */
export const ADDRESS_HEADER = 'x-socdown-address';
