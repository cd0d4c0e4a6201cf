import { createRequire } from 'node:module';
import { z } from 'zod';

const require = createRequire(import.meta.url);

/** A QR code as the `d` of an SVG path in a square of `size` units, its quiet zone included. */
export const QrCode = z.object({ size: z.number(), path: z.string() });
export type QrCode = z.infer<typeof QrCode>;

type Rectangle = { x: number; y: number };
type Encoder = {
  default: { measure(node: { qr: string; eccLevel: string }): { _canvas: Rectangle[]; _width: number } };
};

const QUIET_ZONE = 4;
/** The side of what the encoder draws for a module. */
const MODULE = 5;

/** Drawn here, so that no other host learns the text. @throws for more than about 2,300 bytes */
export function qrCode(text: string): QrCode {
  const encoder = require('pdfmake/js/qrEnc.js') as Encoder; // it has no types
  const { _canvas: rectangles, _width: width } = encoder.default.measure({ qr: text, eccLevel: 'M' });
  const modules = rectangles.slice(1); // the first is the background
  const path = modules.map(({ x, y }) => `M${x / MODULE + QUIET_ZONE} ${y / MODULE + QUIET_ZONE}h1v1h-1z`).join('');
  return { size: width / MODULE + 2 * QUIET_ZONE, path };
}
