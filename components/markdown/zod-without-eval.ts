import { config } from 'zod';

// Otherwise the first parse tries whether the page may compile text, which its content security policy forbids and reports.
// Imported beside whatever parses with Zod in the browser.
config({ jitless: true });
