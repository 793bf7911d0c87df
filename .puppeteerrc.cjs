/** The tests bring their own Chrome (`@sparticuz/chromium`): an installation downloads no browser. */
module.exports = { skipDownload: true };
