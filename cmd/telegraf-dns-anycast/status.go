package main

// Exit statuses. Execd mode ends with statusOK whenever it was asked to end, also where nothing
// reads stdout any more.
const (
	statusOK      = 0
	statusFailed  = 1 // a query of the last round by hand failed, a level is missed, or stdout cannot be written (--report: 3)
	statusUsage   = 2 // the command line or the configuration is wrong
	statusUnknown = 3 // of --report: the data do not suffice, or there is no report
)
