// Preloaded into a process that is measured: at its end it says the most memory that it had, in bytes, on stderr.
process.on('exit', () => process.stderr.write(`max rss ${process.resourceUsage().maxRSS * 1024}\n`));
