package greeting

// Of is the greeting of somebody.
func Of(who string) string { return "hello from " + who }
