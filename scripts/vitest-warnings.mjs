// From version 9 on node-postgres refuses a query while another one runs on the same connection; until then it warns once.
// Files that share a process run this each: one listener is enough.
if (!process.listeners('warning').some(({ name }) => name === 'refuseOverlappingQueries'))
  process.on('warning', function refuseOverlappingQueries(warning) {
    if (/already executing a query/.test(warning.message)) throw warning;
  });
