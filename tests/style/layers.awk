# layers.awk: reads lines "file:line:#include ..." and prints those that
# break the direction of docs/ARCHITECTURE.md: a file of a folder on the left
# may include only files of the folders on the right.
function allow(from, to) { may[from] = to }

BEGIN {
	# The longest prefix that fits a file counts.
	allow("sim/core/", "sim/core/")
	allow("sim/sc/", "sim/core/ sim/sc/")
	allow("sim/mem/", "sim/core/ sim/sc/ sim/mem/")
	allow("sim/probe/", "sim/core/ sim/sc/ sim/mem/ sim/probe/")
	allow("sim/lpc/", "sim/core/ sim/sc/ sim/mem/ sim/lpc/")
	allow("sim/wire/", "sim/core/ sim/sc/ sim/wire/")
	allow("sim/cpu/", "sim/core/ sim/sc/ sim/mem/ sim/cpu/")
	allow("sim/cpu/annotate/", "sim/cpu/annotate/ sim/cpu/hook_abi.h")
	allow("sim/pcie/", "sim/core/ sim/sc/ sim/mem/ sim/pcie/")
	allow("sim/nic_i354/",
	    "sim/core/ sim/sc/ sim/mem/ sim/pcie/ sim/nic_i354/")
	allow("port/seam.h", "")
	allow("port/thunk/", "sim/ port/seam.h port/thunk/")
	allow("port/fake/", "sim/ port/seam.h port/thunk/ port/fake/")
	allow("port/native/", "port/seam.h port/thunk/image.h port/native/")
	allow("port/machdep/", "kernel/ port/seam.h port/machdep/")
	allow("kernel/", "kernel/")
	allow("bench/", "port/seam.h bench/")
	allow("app/", "sim/ port/seam.h port/thunk/ port/fake/ " \
	    "port/user/intrtable.h app/")
}

function exists(f,	line, r)
{
	r = (getline line <f) >= 0
	close(f)
	return r
}

# What the build makes for kernels (mk/config.awk, mk/genassym.awk).
BEGIN {
	while ((getline line <"kernel/conf/files") > 0) {
		split(line, word, /[ \t]+/)
		if (word[1] == "defpseudo")
			made[word[2] ".h"]
	}
	made["pdev.h"]
	made["ioconf.h"]
	made["assym.h"]
}
/^(kernel|port\/machdep)\// {
	name = $0
	sub(/^[^<"]*[<"]/, "", name)
	sub(/[>"].*/, "", name)
	if (name in made || name ~ /^opt_[a-z0-9_]*\.h$/)
		next
}

# The path of what file includes as name: beside it, or on an include path.
function resolve(file, name,	dir)
{
	dir = file
	sub(/[^\/]*$/, "", dir)
	if (exists(dir name))
		return dir name
	if (exists("sim/" name))
		return "sim/" name
	if (exists("port/" name))
		return "port/" name
	return name
}

{
	split($0, part, ":")
	file = part[1]
	text = $0
	sub(/^[^:]*:[^:]*:[ \t]*#[ \t]*include[ \t]*/, "", text)
	where = file ":" part[2] ": "
}

text ~ /^<systemc/ && file !~ /^sim\/sc\// {
	print where "<systemc> outside sim/sc; use its C API"
}

file == "port/seam.h" && text !~ /^<std(int|def)\.h>/ {
	print where "the seam includes <stdint.h> and <stddef.h> only"
}

text ~ /^"/ {
	name = substr(text, 2)
	sub(/".*/, "", name)
	path = resolve(file, name)
	while (sub(/[^\/]+\/\.\.\//, "", path))
		;
	best = ""
	for (from in may)
		if (index(file, from) == 1 && length(from) > length(best))
			best = from
	if (best == "")
		next
	n = split(may[best], to, " ")
	for (i = 1; i <= n; i++)
		if (index(path, to[i]) == 1)
			next
	print where best " must not include " path "; see docs/ARCHITECTURE.md"
}
