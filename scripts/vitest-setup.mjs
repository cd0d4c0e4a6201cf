// Tests start our programs as the product does: bundled.
export { bundle as setup } from './prepare.mjs';
