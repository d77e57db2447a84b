# overlay-check.awk: what gcc and the assembler say, as lines
#
#	file <tab> line <tab> kind <tab> name
#
# once for each kind and name: kind is header, name, field, or error (name is
# then gcc's own text).  Warnings count where gcc of 2015 and NetBSD's -Werror
# would have stopped: a function that is nowhere declared.

function out(kind, name) {
	if (!((kind, name) in seen))
		print at[1] "\t" at[2] "\t" kind "\t" name
	seen[kind, name]
}
function quoted(s,   i) {	# the text between the first '...'
	i = index(s, "'")
	s = substr(s, i + 1)
	return substr(s, 1, index(s, "'") - 1)
}

!/: (fatal )?error: |: Error: |: warning: implicit declaration/ { next }
{
	split($0, at, ":")
	said = $0
	sub(/^.*: (fatal )?(error|Error|warning): /, "", said)
}
at[2] !~ /^[0-9]+$/ {	# of the compiler itself
	at[2] = 1
	out("error", said)
	next
}
said ~ /: No such file or directory$/ {
	sub(/: No such.*/, "", said)
	out("header", said)
	next
}
said ~ /^'[^']*' undeclared/ {
	out("name", quoted(said))
	next
}
said ~ /^unknown type name / {
	out("name", quoted(said))
	next
}
said ~ /^implicit declaration of function / {
	out("name", quoted(said))
	next
}
said ~ / has no member named '/ {
	s = said
	sub(/^.*has no member named '/, "", s)
	sub(/'.*/, "", s)
	of = said
	sub(/ has no member.*/, "", of)
	sub(/^.*(struct|union) /, "", of)
	gsub(/[^A-Za-z0-9_]/, "", of)
	out("field", of "." s)
	next
}
said ~ /(undefined type|incomplete type|incomplete typedef) '(struct|union) / {
	sub(/^.*type '/, "", said)
	sub(/'.*/, "", said)
	out("name", said)
	next
}
said ~ /storage size of '.*' isn't known/ {
	out("error", said)
	next
}
{
	gsub(/\t/, " ", said)
	out("error", said)
}
