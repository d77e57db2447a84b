# config.awk: what config(1) of NetBSD does with a kernel configuration, as
# far as ours need it.
#
#	awk -v top=kernel -v conf=arch/amd64/conf/GENERIC -v out=DIR \
#	    -v name=GENERIC -f mk/config.awk
#
# Reads top/conf/files, top/arch/amd64/conf/files.amd64 and the configuration:
#
#	files	defflag HEADER NAME...		defparam HEADER NAME[=value]...
#		defpseudo NAME			file PATH [EXPRESSION]
#		header HEADER			include "PATH"
#		device NAME at KIND		(of place: pci, mii)
#	conf	include "PATH"			options NAME[=value][, ...]
#		no options NAME			pseudo-device NAME [COUNT]
#		no pseudo-device NAME		ident "NAME"
#		NAME* at PLACE? [...]		NAMEn at PLACE[n] [...]
#
# An EXPRESSION has names, in small letters, of options, devices and
# pseudo-devices, !, &, | and parentheses.  An option that no header was defined for becomes a -D
# of the compiler; `header' makes an empty one, for files that include it.
#
# Writes into DIR, files only where they change: the headers, one for each
# pseudo-device too (#define NBRIDGE 1), pdev.h (PDEV(bridge, 1), in the order of
# the configuration: init_main.c attaches them), ioconf.h (CFDATA(wm, 0,
# FSTATE_STAR, pci), in the order of the configuration), and kernel.mk with NAME_files,
# NAME_defs and NAME_read (all that was read).  Bad input: file, line and
# remedy; exit 2.

function fail(text) {
	printf "%s:%d: %s\n", file, line, text >"/dev/stderr"
	failed = 1
	exit 2
}

# The words of a line, strings without their quotes; comments are dropped.
function words(s,   n) {
	sub(/#.*/, "", s)
	gsub(/"/, "", s)
	gsub(/[ \t]*,[ \t]*/, ",", s)
	gsub(/^[ \t]+|[ \t]+$/, "", s)
	n = split(s, w, /[ \t]+/)
	return s == "" ? 0 : n
}

function read_file(path, kind,   s, n, rc, was_file, was_line) {
	was_file = file
	was_line = line
	if (depth++ > 8)
		fail("include: more than 8 deep; does a file include itself?")
	file = path
	line = 0
	seen = seen " " path
	while ((rc = (getline s <path)) > 0) {
		line++
		if ((n = words(s)) > 0)
			statement(kind, n)
	}
	close(path)
	if (rc < 0) {
		file = was_file == "" ? path : was_file
		line = was_line
		fail("cannot read " path "; is the name right?")
	}
	depth--
	file = was_file
	line = was_line
}

function statement(kind, n,   i) {
	if (w[1] == "include" && n == 2)
		read_file(top "/" w[2], kind)
	else if (kind == "files" && (w[1] == "defflag" || w[1] == "defparam") && n > 2)
		for (i = 3; i <= n; i++)
			define_option(w[2], w[i], w[1] == "defparam")
	else if (kind == "files" && w[1] == "defpseudo" && n == 2)
		pseudo[w[2]] = 0
	else if (kind == "files" && w[1] == "device" && w[3] == "at" && n == 4)
		place_of[w[2]] = w[4]
	else if (kind == "files" && w[1] == "header" && n == 2)
		headers[w[2]] = headers[w[2]] ""
	else if (kind == "files" && w[1] == "file" && n > 1)
		define_file(n)
	else if (kind == "conf" && w[1] == "ident" && n == 2)
		ident = w[2]
	else if (kind == "conf" && w[1] == "options" && n == 2)
		set_options(w[2], 1)
	else if (kind == "conf" && w[1] == "no" && w[2] == "options" && n == 3)
		set_options(w[3], 0)
	else if (kind == "conf" && w[1] == "pseudo-device" && n <= 3)
		set_pseudo(w[2], n == 3 ? w[3] : 1)
	else if (kind == "conf" && w[1] == "no" && w[2] == "pseudo-device" && n == 3)
		set_pseudo(w[3], 0)
	else if (kind == "conf" && w[2] == "at" && n >= 3)
		set_device(w[1])
	else
		fail("`" w[1] "' with " n - 1 " words is not understood; " \
		    "mk/config.awk has the statements")
}

function define_option(header, text, param,   eq, nm) {
	eq = index(text, "=")
	nm = eq ? substr(text, 1, eq - 1) : text
	header_of[nm] = header
	headers[header] = headers[header] " " nm
	is_param[nm] = param
	if (eq)
		value[nm] = substr(text, eq + 1)
	known[tolower(nm)] = nm
}

function define_file(n,   i) {
	nfiles++
	path_of[nfiles] = w[2]
	where[nfiles] = file ":" line
	for (i = 3; i <= n; i++)
		if (w[i] != "needs-flag" && w[i] != "needs-count")
			cond[nfiles] = cond[nfiles] w[i]
}

function set_options(list, on,   i, n, o, eq, nm) {
	n = split(list, o, /,/)
	for (i = 1; i <= n; i++) {
		eq = index(o[i], "=")
		if (!on) {
			delete option[o[i]]
			continue
		}
		nm = eq ? substr(o[i], 1, eq - 1) : o[i]
		if (eq && (nm in header_of) && !is_param[nm])
			fail("options " o[i] ": " nm " is a flag and has no value")
		option[nm] = eq ? substr(o[i], eq + 1) : "1"
		known[tolower(nm)] = nm
	}
}

function set_pseudo(nm, count) {
	if (!(nm in pseudo))
		fail("pseudo-device " nm ": there is none; conf/files has " \
		    "those there are (defpseudo)")
	if (count !~ /^[0-9]+$/)
		fail("pseudo-device " nm ": " count " is not a number")
	if (!(nm in pseudo_seen))
		pseudo_order[++npseudo] = nm
	pseudo_seen[nm]
	pseudo[nm] = count
}

# wm*, or wm0.
function set_device(text,   nm, unit) {
	nm = text
	sub(/([0-9]+|\*)$/, "", nm)
	unit = substr(text, length(nm) + 1)
	if (!(nm in place_of))
		fail("device " nm ": there is none; conf/files has those there" \
		    " are (device)")
	if (unit == "")
		fail("device " nm ": which? " nm "* is as many as are found, " \
		    nm "0 the first")
	device[nm]
	ioconf = ioconf "CFDATA(" nm ", " (unit == "*" ? 0 : unit) ", " \
	    (unit == "*" ? "FSTATE_STAR" : "FSTATE_NOTFOUND") ", " \
	    place_of[nm] ")\n"
}

# Is the name in an expression on?
function is_on(nm) {
	if (nm in place_of)
		return nm in device
	if (nm in pseudo)
		return pseudo[nm] > 0
	return (nm in known) && (known[nm] in option)
}

# expression: term {| term}; term: factor {& factor}; factor: ! factor,
# ( expression ), name.  `rest' is what is left to read.
function expression(   v) {
	v = term()
	while (substr(rest, 1, 1) == "|") {
		rest = substr(rest, 2)
		v = term() || v
	}
	return v
}
function term(   v) {
	v = factor()
	while (substr(rest, 1, 1) == "&") {
		rest = substr(rest, 2)
		v = factor() && v
	}
	return v
}
function factor(   c, v, nm) {
	c = substr(rest, 1, 1)
	if (c == "!") {
		rest = substr(rest, 2)
		return !factor()
	}
	if (c == "(") {
		rest = substr(rest, 2)
		v = expression()
		if (substr(rest, 1, 1) != ")")
			fail("`" whole "': ) is missing")
		rest = substr(rest, 2)
		return v
	}
	if (!match(rest, /^[a-z0-9_]+/))
		fail("`" whole "': a name should stand before `" rest "'")
	nm = substr(rest, 1, RLENGTH)
	rest = substr(rest, RLENGTH + 1)
	return is_on(nm)
}
function holds(e, at,   v) {
	if (e == "")
		return 1
	split(at, a, ":")
	file = a[1]
	line = a[2]
	whole = rest = e
	v = expression()
	if (rest != "")
		fail("`" whole "': `" rest "' is left over")
	return v
}

# Write text to out/name if it differs.
function put(nm, text,   old, s, path) {
	path = out "/" nm
	while ((getline s <path) > 0)
		old = old s "\n"
	close(path)
	if (old != text) {
		printf "%s", text >path
		close(path)
	}
}

function write_headers(   h, i, n, o, text) {
	for (h in headers) {
		text = ""
		n = split(headers[h], o, / /)
		for (i = 2; i <= n; i++)
			if (o[i] in option)
				text = text "#define " o[i] " " option[o[i]] "\n"
			else if (o[i] in value)
				text = text "#define " o[i] " " value[o[i]] "\n"
		put(h, text == "" ? "/* no option */\n" : text)
	}
	for (h in pseudo)
		put(h ".h", "#define N" toupper(h) " " pseudo[h] "\n")
	text = ""
	for (i = 1; i <= npseudo; i++)
		if (pseudo[pseudo_order[i]] > 0)
			text = text "PDEV(" pseudo_order[i] ", " \
			    pseudo[pseudo_order[i]] ")\n"
	put("ioconf.h", ioconf == "" ? "/* no device */\n" : ioconf)
	put("pdev.h", text == "" ? "/* no pseudo-device */\n" : text)
}

function sorted_defs(   o, n, i, j, t, k, s) {
	n = 0
	for (o in option)
		if (!(o in header_of))
			k[++n] = o
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && k[j] < k[j - 1]; j--) {
			t = k[j]
			k[j] = k[j - 1]
			k[j - 1] = t
		}
	for (i = 1; i <= n; i++)
		s = s " -D" k[i] (option[k[i]] == "1" ? "" : "=" option[k[i]])
	return s
}

BEGIN {
	read_file(top "/conf/files", "files")
	read_file(top "/arch/amd64/conf/files.amd64", "files")
	read_file(top "/" conf, "conf")
	for (i = 1; i <= nfiles; i++)
		if (holds(cond[i], where[i]))
			srcs = srcs " " top "/" path_of[i]
	write_headers()
	put("kernel.mk", name "_files :=" srcs "\n" name "_defs :=" \
	    sorted_defs() "\n" name "_read :=" seen "\n")
}
