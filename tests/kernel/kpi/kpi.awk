# kpi.awk: C that uses each name of a list, after that list's own includes.
#
#	awk -f kpi.awk interface kern/kern_lock.c >x.c
#
# Lines of a list:
#
#	include HEADER [if CONDITION]	in the order of NetBSD's file
#	body HEADER	the same, inside a function
#	define TEXT	what opens a header; where it stands
#	call NAME...	functions and macros called like functions
#	const NAME...	constants
#	var NAME...	type NAME...	tag NAME...
#	field STRUCT NAME...	fields; of a typedef if STRUCT ends in _t
#	when CONDITION	names from here to `always' only if that holds
#	goal		all must be there; of other lists it is counted
#
# Each check is a function of its own, and #line gives it the name's, so that
# an error of the compiler says which name it is about: kpi/call/mutex_enter.
# A name that `interface' knows is checked as it says there.

function begin(kind, name) {
	printf "#line 1 \"kpi/%s/%s\"\n", kind, name
	printf "static void __attribute__((__unused__)) kpi_%d(void) { ", ++n
}
function same(what, type) {
	return sprintf("_Static_assert(__builtin_types_compatible_p(" \
	    "__typeof__(%s), __typeof__(%s)), \"of another type\");", what, type)
}
function check(kind, name,   how) {
	how = sort_of[name]
	if (how == "use") {
		# Neither `implicit declaration' nor an unknown name is enough.
		printf "#line 1 \"kpi/%s/%s\"\n#ifndef %s\n", kind, name, name
		if (text[name] == ";")
			printf "#error not defined\n"
		else if (name !~ /^__builtin_/)
			printf "static __typeof__(%s) kpi_%d;\n", name, ++n
		printf "#endif\n"
		begin(kind, name)
		print text[name] " }"
		return
	}
	if (how == "" && kind == "const") {
		begin(kind, name)
		printf "_Static_assert((%s) || !(%s), \"\"); }\n", name, name
		return
	}
	if (how == "")
		printf "#ifndef %s\n", name	# not a macro
	begin(kind, name)
	if (how == "fn" || how == "var")
		print same(name, text[name]) " }"
	else if (how == "is")
		printf "_Static_assert((%s) == (%s), \"of another value\"); }\n",
		    name, text[name]
	else if (kind == "var" || kind == "call")
		printf "(void)sizeof(__typeof__(%s) *); }\n", name
	if (how == "")
		print "#endif"
	if (how == "" && kind == "call" && goal)
		printf "#error %s: `interface' has no type of it\n", name
}
function field(whole, name,   key, of) {
	key = whole "." name
	of = whole ~ /_t$/ ? whole : "struct " whole
	begin("field", key)
	if (key in member)
		print same("((" of " *)0)->" name, member[key]) " }"
	else
		printf "(void)((%s *)0)->%s; }\n", of, name
}

/^#/ || NF == 0 { next }
FILENAME ~ /interface$/ {
	name = $2
	rest = $0
	sub(/^[a-z]+[ \t]+[^ \t]+[ \t]+/, "", rest)
	if ($1 == "mem")
		member[name] = rest
	else if ($1 == "typ")
		type_of[name] = rest
	else if ($1 == "fn" || $1 == "use" || $1 == "var" || $1 == "is") {
		sort_of[name] = $1
		text[name] = rest
	} else
		printf "#error %s:%d: `%s'\n", FILENAME, FNR, $1
	next
}
$1 == "goal" { goal = 1; next }
$1 == "when" {
	sub(/^when /, "")
	print "#if " (/^[A-Z0-9_]+$/ ? "defined(" $0 ")" : $0)
	next
}
$1 == "always" { print "#endif"; next }
$1 == "define" { sub(/^define /, "#define "); print; next }
$1 == "include" || $1 == "body" {
	head = $2
	if (sub(/^.* if /, ""))
		print "#if " (/^[A-Z0-9_]+$/ ? "defined(" $0 ")" : $0)
	else
		print "#if 1"
	printf "#line 1 \"kpi/header/%s\"\n", substr(head, 2, length(head) - 2)
	printf "#if !__has_include(%s)\n#error there is no such header\n#else\n", head
	if (text_of_body = ($1 == "body"))
		printf "static void __attribute__((__unused__)) kpi_%d(void) {\n", ++n
	print "#include " head
	if (text_of_body)
		print "}"
	print "#endif\n#endif"
	next
}
$1 == "call" || $1 == "const" || $1 == "var" {
	for (i = 2; i <= NF; i++)
		check($1, $i)
	next
}
$1 == "type" {
	for (i = 2; i <= NF; i++) {
		printf "#line 1 \"kpi/type/%s\"\nextern %s *kpi_%d;\n", $i, $i, ++n
		if ($i in type_of) {
			begin("type", $i)
			print same($i, type_of[$i]) " }"
		}
	}
	next
}
$1 == "tag" {
	for (i = 2; i <= NF; i++) {
		begin("tag", $i)
		printf "(void)sizeof(struct %s); }\n", $i
	}
	next
}
$1 == "field" {
	for (i = 3; i <= NF; i++)
		field($2, $i)
	next
}
{ printf "#error %s:%d: `%s' is no line of a list\n", FILENAME, FNR, $1 }
