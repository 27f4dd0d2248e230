#!/bin/sh
# What README.md and compiler/LANGUAGE.md show is what the program does. Of their code blocks,
#   - one that begins with `# PATH.yaml` is that file: of a fixture, or of the rendering
#     (clusters/…);
#   - one that begins with `$ ovec` is a command and what it prints, after the change that a line
#     `<!-- s/A/B/ FILE -->` before it makes to the file.
# A line that is only `…` stands for any lines. The lines of shipped files (ovec:/PATH:LINE) may have
# other numbers by now.
. "$(dirname "$0")/../lib.sh"
mkdir bin
ln -s "$OVEC" bin/ovec
PATH=$work/bin:$PATH

# same WHAT SHOWN FILE: whether the lines of SHOWN stand in FILE, without a gap but at `…`.
same() {
	awk -v shown="$2" '
	function plain(s) { gsub(/[ \t]/, "", s); return s }
	function unnumbered(s) {
		if (shipped)
			sub(/^ +[0-9]+ \|/, " |", s)
		shipped = s ~ /ovec:[^:]*:[0-9]/
		if (shipped)
			gsub(/:[0-9]+:[0-9]+/, "", s)
		return s
	}
	BEGIN {
		while ((getline line < shown) > 0)
			want[++n] = unnumbered(line)
		i = 1
		shipped = 0
	}
	{
		line = unnumbered($0)
		while (i <= n && plain(want[i]) == "…") {
			gap = 1
			i++
		}
		if (i <= n && line == want[i]) {
			i++
			gap = 0
		} else if (!gap) {
			exit bad = 1
		}
	}
	END {
		while (i <= n && plain(want[i]) == "…")
			i++
		if (bad || i <= n)
			print "line " i ": " want[i]
		exit bad || i <= n
	}' "$3" >&2 || fail "$1 shows something else than $3: $(cat "$3")"
}

# blocks PAGE FOLDER: each code block as FOLDER/NN, the change before it as FOLDER/NN.change.
blocks() {
	awk -v folder="$2" '
	/^<!-- s\// { change = $0; gsub(/^<!-- | -->$/, "", change); next }
	/^```/ {
		inside = !inside
		if (inside)
			file = sprintf("%s/%02d", folder, ++n)
		if (inside && change)
			print change >(file ".change")
		change = ""
		next
	}
	inside { print >file }' "$1"
}

# page NAME PAGE FIXTURE: everything that the page shows, of an estate in fixtures/.
page() {
	mkdir "$1"
	cd "$1" || exit 1
	mkdir blocks fixtures
	cp -R "$root/fixtures/$3" fixtures
	blocks "$root/$2" blocks
	status 0 ovec render -q "fixtures/$3" -o rendered
	for block in blocks/??; do
		path=$(sed -n '1s/^# \(.*\.yaml\)$/\1/p' "$block")
		sed 1d "$block" >rest
		case $path in
		clusters/*)
			sed 1d "rendered/$path" >file
			same "$2" rest file
			;;
		fixtures/*) same "$2" rest "$root/$path" ;;
		?*) fail "$2: $path is no file of a fixture or of a rendering" ;;
		esac
		command=$(sed -n '1s/^\$ \(ovec .*\)/\1/p' "$block")
		[ -n "$command" ] || continue
		if [ -f "$block.change" ]; then
			read -r change file <"$block.change"
			sed "$change" "$file" >changed
			cmp -s changed "$file" && fail "$2: $change changes nothing"
			cp "$file" original
			cp changed "$file"
		fi
		sh -c "$command" >output 2>&1
		same "$2" rest output
		[ ! -f "$block.change" ] || cp original "$file"
	done
	cd .. || exit 1
}

page readme README.md acme
page language compiler/LANGUAGE.md own-kind
