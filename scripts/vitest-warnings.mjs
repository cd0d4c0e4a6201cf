// From version 9 on node-postgres refuses a query while another one runs on the same connection; until then it warns once.
process.on('warning', (warning) => {
  if (/already executing a query/.test(warning.message)) throw warning;
});
