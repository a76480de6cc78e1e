package rounds

import "slices"

// Who is compared: paths of a server, or of a cloud.
type (
	ofServer struct{ cloud, server string }
	ofCloud  struct{ cloud string }
)

// pairs puts paths beside each other that lead to one server, or else to one cloud, where there are
// two: one of each family, IPv4 first. All others stay alone.
func pairs(all []*path) (groups [][]*path) {
	members := map[any][]*path{}
	for _, p := range all {
		s, c := ofServer{p.Cloud, p.Server}, ofCloud{p.Cloud}
		members[s], members[c] = append(members[s], p), append(members[c], p)
	}
	paired := map[*path]bool{}
	for _, p := range all {
		group := []*path{p}
		for _, key := range []any{ofServer{p.Cloud, p.Server}, ofCloud{p.Cloud}} {
			if m := members[key]; len(m) == 2 && m[0].Family != m[1].Family {
				group = m
				break
			}
		}
		if paired[p] {
			continue
		}
		if len(group) == 2 {
			paired[group[0]], paired[group[1]] = true, true
			if group[0].Family > group[1].Family {
				slices.Reverse(group)
			}
		}
		groups = append(groups, group)
	}
	return groups
}

// parts is the first hop, from 1 on, that tells a path from one of the other family: AS numbers
// differ, only one is the server, or only one path has it; zero: none. Where the full TTL alone
// brought a word it goes on in silence, as far as anybody knows.
func (p *path) parts(q *path) int {
	if p.Local || q.Local {
		return 0
	}
	for hop := 1; hop <= max(len(p.hops), len(q.hops)); hop++ {
		inP, inQ := hop <= len(p.hops), hop <= len(q.hops)
		switch {
		case !inP && p.full != nil, !inQ && q.full != nil:
			return 0
		case inP != inQ, p.isServer(hop) != q.isServer(hop), otherAS(p, q, hop):
			return hop
		}
	}
	return 0
}

func otherAS(p, q *path, hop int) bool {
	a, b := p.hops[hop-1], q.hops[hop-1]
	return a != nil && b != nil && a.ASN != 0 && b.ASN != 0 && a.ASN != b.ASN
}
