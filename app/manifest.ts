import type { MetadataRoute } from 'next';

/** Lets the product be installed as an app. */
export default function manifest(): MetadataRoute.Manifest {
  return {
    name: 'Socdown',
    short_name: 'Socdown',
    description: 'Security investigations as reviewable Markdown.',
    start_url: '/queue',
    display: 'standalone',
    background_color: '#0f141b',
    theme_color: '#0b5cc2',
    icons: [
      { src: '/logo.svg', type: 'image/svg+xml', sizes: 'any' },
      { src: '/icon-192.png', type: 'image/png', sizes: '192x192' },
      { src: '/icon-512.png', type: 'image/png', sizes: '512x512' },
    ],
  };
}
