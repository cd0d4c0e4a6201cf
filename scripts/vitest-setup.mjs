import { ownTmpdir } from './own-tmpdir';
import { bundle } from './prepare.mjs';

/** Tests start our programs as the product does: bundled. What they write to the temporary folder goes with the run. */
export function setup() {
  ownTmpdir();
  bundle();
}
