package catchment

// Size is how much is remembered.
func (m *Memory) Size() (paths, suspects, subjects int) {
	for _, s := range m.subjects {
		paths += len(s.paths)
	}
	return paths, len(m.suspects), len(m.subjects)
}
