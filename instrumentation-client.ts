// Runs in the browser before everything else. Otherwise Zod's first parse tries whether the page may compile text, which its
// content security policy forbids and reports. Set on Zod's global object, so that pages that don't parse load no Zod for it.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
