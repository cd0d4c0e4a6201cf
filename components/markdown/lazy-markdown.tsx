'use client';
import dynamic from 'next/dynamic';

/**
 * Markdown whose code (the parser) comes after the page. What the server rendered is read meanwhile; where nothing was
 * rendered there, the text appears with the code.
 */
export const LazyMarkdown = dynamic(() => import('./markdown').then((file) => file.Markdown), { loading: () => null });
