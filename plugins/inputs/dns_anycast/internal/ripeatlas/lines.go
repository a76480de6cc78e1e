package ripeatlas

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"io"
)

const (
	lineSize   = 1 << 20 // bytes of a result or a probe at most: what is longer is passed over
	bufferSize = 64 << 10
)

// splitter takes a text apart: one object a line, or the elements of one array, behind whose end
// there may be more of either, since answers of the API are put together in one file.
type splitter struct {
	r     *bufio.Reader
	piece []byte
	open  bool // the last line has no end
}

func newSplitter(r io.Reader) *splitter {
	return &splitter{r: bufio.NewReaderSize(r, bufferSize)}
}

// each calls use with each piece until the end, nil for one that is too long, or until use has had
// enough and returns an error. The error is that, or that of reading: io.ErrUnexpectedEOF where the
// end of an array is missing.
func (s *splitter) each(use func(piece []byte) error) error {
	for {
		switch first, err := s.first(); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case first != '[':
			return s.lines(use)
		}
		if err := s.elements(use); err != nil {
			return err
		}
	}
}

// first is the first byte that is no white space and no mark of the byte order, and is left to be
// read, but for the start of an array.
func (s *splitter) first() (byte, error) {
	if mark, _ := s.r.Peek(3); string(mark) == "\ufeff" {
		s.r.Discard(len(mark))
	}
	for {
		c, err := s.r.ReadByte()
		switch {
		case err != nil:
			return 0, err
		case c == '[':
			return c, nil
		case !isSpace(c):
			return c, s.r.UnreadByte()
		}
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func (s *splitter) lines(use func([]byte) error) error {
	for {
		part, err := s.r.ReadSlice('\n')
		s.add(part)
		if len(part) > 0 {
			s.open = part[len(part)-1] != '\n'
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if enough := s.hand(use); enough != nil {
			return enough
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// add keeps more of a piece, one byte more than may be at most.
func (s *splitter) add(part []byte) {
	s.piece = append(s.piece, part[:min(len(part), lineSize+1-len(s.piece))]...)
}

// hand has use take the piece, unless it is blank.
func (s *splitter) hand(use func([]byte) error) error {
	piece := s.piece
	s.piece = s.piece[:0]
	switch {
	case len(piece) > lineSize:
		return use(nil)
	case len(bytes.TrimSpace(piece)) > 0:
		return use(piece)
	}
	return nil
}

// elements reads on behind the start of an array.
func (s *splitter) elements(use func([]byte) error) error {
	for {
		end, err := s.element()
		if enough := s.hand(use); enough != nil {
			return enough
		}
		switch {
		case err == io.EOF:
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		case end == ']':
			return nil
		}
	}
}

// element reads one element, and returns what ends it.
func (s *splitter) element() (end byte, err error) {
	depth, quoted, escaped := 0, false, false
	for {
		c, err := s.r.ReadByte()
		if err != nil {
			return 0, err
		}
		if !quoted && depth == 0 && (c == ',' || c == ']') {
			return c, nil
		}
		switch {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth = max(depth-1, 0)
		}
		if len(s.piece) <= lineSize {
			s.piece = append(s.piece, c)
		}
	}
}

// unpacked is the text of r, which gzip or bzip2 may have packed: what it begins with tells.
func unpacked(r io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(r, bufferSize)
	switch head, _ := b.Peek(4); {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return gzip.NewReader(b)
	case bytes.HasPrefix(head, []byte("BZh")):
		return bzip2.NewReader(b), nil
	}
	return b, nil
}
