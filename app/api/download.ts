type Download = { content: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>; type: string; name: string };

/** A file to save: never shown in the page, never kept by a proxy. */
export function download({ content, type, name }: Download): Response {
  return new Response(content, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
  });
}
