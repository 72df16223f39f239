package api

func (s *Server) openapi(*call) (answer, error) { return ok(s.contract()) }
